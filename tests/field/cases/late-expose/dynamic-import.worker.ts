import('@varunkanwar/atelier/worker').then(async ({ createTaskWorker }) => {
  const { expose } = await import('comlink')
  expose(createTaskWorker({ ping: () => 'pong' }))
})
