throw new Error('thrown while the module was evaluated')

export {}
