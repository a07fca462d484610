import type { Task } from '@varunkanwar/atelier'

interface Parser {
  parse?(text: string): Promise<number>
  reset(): Promise<void>
}

export const use = (task: Task<Parser>): Promise<number> | undefined => task.parse?.('text')
