/** Results as files: one, or all in a ZIP archive. */
import { Zip, ZipPassThrough } from 'fflate'
import type { Developed } from './picture.ts'

export type Result = { name: string; developed: Developed }

const EXTENSIONS: Record<string, string> = { 'image/jpeg': 'jpg', 'image/webp': 'webp', 'image/png': 'png' }

/** The source's name with the extension of the type that was actually written. */
export function resultName({ name, developed }: Result): string {
  return `${name.replace(/\.[^.]+$/, '')}.${EXTENSIONS[developed.file.type] ?? 'bin'}`
}

export function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The download reads the URL after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Stores the files as they are: they are compressed already. Reads one at a time. */
export async function archive(results: Result[]): Promise<Blob> {
  const parts: BlobPart[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    parts.push(new Uint8Array(chunk))
  })
  const names = new Set<string>()
  for (const result of results) {
    const file = new ZipPassThrough(unused(resultName(result), names))
    zip.add(file)
    file.push(new Uint8Array(await result.developed.file.arrayBuffer()), true)
  }
  zip.end()
  return new Blob(parts, { type: 'application/zip' })
}

/** `a.png`, then `a-2.png`: files from different folders can have the same name. */
function unused(name: string, taken: Set<string>): string {
  const [stem, extension] = [name.replace(/\.[^.]+$/, ''), name.slice(name.lastIndexOf('.'))]
  let free = name
  for (let copy = 2; taken.has(free); copy++) free = `${stem}-${copy}${extension}`
  taken.add(free)
  return free
}
