import { expose } from 'comlink'
import { handlers } from '../handlers.ts'

expose(handlers)
