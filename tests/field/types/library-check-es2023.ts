// tsc: --lib es2023,dom,dom.iterable --skipLibCheck false
import { createTaskWorker } from '@varunkanwar/atelier/worker'

createTaskWorker({ run: () => 1 })
