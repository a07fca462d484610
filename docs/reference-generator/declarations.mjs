/** Reads the public declarations of the package, entry by entry, as the compiler sees them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../scripts/lib/paths.mjs'

/** The sources of the entry points, by the name under which they are imported. */
function entryPoints() {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const entries = Object.entries(exports).filter(([, target]) => target.types)
  return entries.map(([path, { types }]) => [
    join(name, path),
    join(root, types.replace('./dist/', 'ts/').replace('.d.ts', '.ts')),
  ])
}

/**
 * @typedef {{ name: string, symbol: ts.Symbol, declarations: ts.Declaration[] }} Export
 * @returns {{ checker: ts.TypeChecker, entries: { name: string, about: string, exports: Export[], foreign: string[] }[] }}
 */
export function publicDeclarations() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const files = entryPoints()
  const program = ts.createProgram(
    files.map(([, file]) => file),
    { ...options, types: [] },
  )
  const checker = program.getTypeChecker()
  const entries = files.map(([name, file]) => {
    const source = program.getSourceFile(file)
    const all = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map(exported => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      return { name: exported.name, symbol, declarations: symbol.declarations ?? [] }
    })
    // Comlink has a reference of its own.
    const isOurs = ({ declarations }) => declarations.every(each => !isForeign(each))
    const foreign = all.filter(each => !isOurs(each)).map(each => each.name)
    return { name, about: aboutModule(source), exports: all.filter(isOurs), foreign }
  })
  return { checker, entries }
}

/** Whether a declaration is of another package. */
export function isForeign(declaration) {
  return declaration.getSourceFile().fileName.includes('node_modules')
}

/** The comment at the top of an entry point, without its tags. */
function aboutModule(source) {
  const [range] = ts.getLeadingCommentRanges(source.text, 0) ?? []
  const comment = range ? source.text.slice(range.pos, range.end) : ''
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replaceAll(/^ *\* ?/gm, '')
    .split(/^@/m)[0]
    .trim()
}
