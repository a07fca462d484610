import { expose, proxy } from 'comlink'
import { generators, type Kind } from './streamer.ts'

expose({ stream: (kind: Kind, count: number) => proxy(generators[kind](count)) })
