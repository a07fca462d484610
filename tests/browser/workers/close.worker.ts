self.close()

export {}
