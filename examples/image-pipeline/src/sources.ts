/** Image files from inputs, drops and folders. */
import type { Source } from './picture.ts'
import { drawSvg, isSvg } from './svg.ts'

const IMAGE_NAME = /\.(avif|bmp|gif|jpe?g|png|svg|webp)$/i

export type Selection = { sources: Source[]; skipped: number }

/** Keeps files with the type of an image. The decoder finds out whether they are one. */
export function selectImages(files: Iterable<File>): Selection {
  const all = [...files]
  const images = all.filter(file => file.type.startsWith('image/') || IMAGE_NAME.test(file.name))
  return {
    sources: images.map(sourceOf),
    skipped: all.length - images.length,
  }
}

function sourceOf(file: File): Source {
  return { name: file.name, bytes: file.size, open: async () => (isSvg(file) ? drawSvg(file) : file) }
}

/** Every file of a drop, including those in folders. Must be called while the event is being handled. */
export async function filesOf(drop: DataTransfer): Promise<File[]> {
  // An image that is dragged out of another page is a file without an entry of the file system.
  const found = [...drop.items].map(item => item.webkitGetAsEntry() ?? item.getAsFile())
  const files = found.map(item => (item instanceof File ? [item] : item ? filesIn(item) : []))
  return (await Promise.all(files)).flat()
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))]
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const files: File[] = []
  // A folder returns its entries in portions, and an empty portion at its end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (entries.length === 0) return files
    for (const entry of entries) files.push(...(await filesIn(entry)))
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
