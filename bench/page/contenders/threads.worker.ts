import { expose } from 'threads/worker'
import { handlers } from '../handlers.ts'

expose(handlers)
