import type { Task } from '@varunkanwar/atelier'

type API = {
  toString(radix: string): Promise<number>
  valueOf(unit: string): Promise<number>
  toJSON(indent: number): Promise<string>
  echo(value: number): Promise<number>
}

export function use(task: Task<API>): string {
  void task.echo(1)
  // @ts-expect-error: the worker's method is never reached.
  void task.toString('x')
  // @ts-expect-error: the worker's method is never reached.
  void task.valueOf('x')
  // @ts-expect-error: the worker's method is never reached.
  void task.toJSON(2)
  return task.toString()
}
