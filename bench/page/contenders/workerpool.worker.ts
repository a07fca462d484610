import workerpool from 'workerpool'
import { handlers } from '../handlers.ts'

workerpool.worker(handlers)
