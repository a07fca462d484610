// Runs and never serves a task: it lacks expose(createTaskWorker(handlers)).
export {}
