/** The browsers of one engine, and who gets the next that is free. */
import type { EngineName } from '../../support/engines.ts'
import type { Report } from '../page/main.ts'
import type { FieldCase } from './cases.ts'
import { Lane } from './lane.ts'

export class Lanes {
  readonly #all: Lane[]
  readonly #free: Lane[]
  readonly #waiting: ((lane: Lane) => void)[] = []

  constructor(engine: EngineName, url: string, count: number) {
    this.#all = Array.from({ length: count }, () => new Lane(engine, url))
    this.#free = [...this.#all]
  }

  async run(each: FieldCase): Promise<Report> {
    const lane = this.#free.pop() ?? (await new Promise<Lane>(resolve => this.#waiting.push(resolve)))
    try {
      return await lane.run(each)
    } finally {
      const next = this.#waiting.shift()
      if (next) next(lane)
      else this.#free.push(lane)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(lane => lane.close()))
  }
}
