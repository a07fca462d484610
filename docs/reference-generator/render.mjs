/** Writes declarations as Markdown: a heading, what the doc comment says, the signature, and a table of members. */
import ts from 'typescript'
import { isForeign } from './declarations.mjs'

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed })

/**
 * @param {ts.TypeChecker} checker
 * @param {Set<string>} exported the names that the package exports; other types are helpers and left out
 */
export function renderer(checker, exported) {
  return { render }

  function render({ name, symbol, declarations }) {
    const [declaration] = declarations
    const parts = [`### ${name}`, textOf(symbol), codeOf(name, declarations), ...throwsOf(symbol)]
    const tables = ts.isClassDeclaration(declaration)
      ? [table(declaration.members.filter(isPublic))]
      : tablesOf(declaration.type ?? declaration)
    return [...parts, ...tables].filter(Boolean).join('\n\n')
  }

  /** What stands below the signature of a type: its members, or where they are. */
  function tablesOf(type) {
    if (ts.isTypeLiteralNode(type) || ts.isInterfaceDeclaration(type)) return [table(type.members)]
    if (!ts.isIntersectionTypeNode(type)) return []
    const all = type.types.filter(part => isExported(part)).map(part => part.getText())
    const own = type.types.filter(part => !isExported(part)).flatMap(membersOf)
    return [
      all.length > 0 && `Has the members of ${all.map(link).join(' and ')}${own.length > 0 ? ', and:' : '.'}`,
      table(own),
    ]
  }

  /** The declared members of a type that is not exported. */
  function membersOf(type) {
    if (ts.isTypeLiteralNode(type)) return [...type.members]
    if (ts.isIntersectionTypeNode(type)) return type.types.flatMap(membersOf)
    return checker
      .getPropertiesOfType(checker.getTypeAtLocation(type))
      .flatMap(property => property.declarations ?? [])
      .filter(member => ts.isPropertySignature(member) || ts.isMethodSignature(member))
  }

  function isExported(type) {
    return ts.isTypeReferenceNode(type) && exported.has(type.typeName.getText())
  }

  function table(members) {
    const rows = members
      .filter(member => member.name && !ts.isComputedPropertyName(member.name))
      .map(member => {
        const symbol = checker.getSymbolAtLocation(member.name)
        return `| \`${nameOf(member)}\` | ${cell(shownType(member))} | ${cell([textOf(symbol), ...throwsOf(symbol)].filter(Boolean).join(' '))} |`
      })
    return rows.length === 0 ? '' : ['| member | type | meaning |', '| --- | --- | --- |', ...rows].join('\n')
  }

  function codeOf(name, declarations) {
    const lines = declarations.map(declaration => {
      if (ts.isFunctionDeclaration(declaration)) return functionOf(declaration)
      if (ts.isClassDeclaration(declaration)) return `class ${name}${extendsOf(declaration)}`
      if (ts.isInterfaceDeclaration(declaration)) return `interface ${name}${genericsOf(declaration)}`
      if (ts.isTypeAliasDeclaration(declaration)) return aliasOf(declaration)
      return `const ${name}`
    })
    const code = [...new Set(lines)].filter(Boolean)
    // The heading says as much.
    if (code.length === 1 && code[0] === `type ${name}`) return ''
    return `\`\`\`typescript\n${code.join('\n')}\n\`\`\``
  }

  /** Overloads have no body; the implementation behind them is nobody's to call. */
  function functionOf(declaration) {
    const overloaded = checker.getSymbolAtLocation(declaration.name).declarations.length > 1
    if (overloaded && declaration.body) return ''
    const parameters = declaration.parameters.map(parameter => {
      const optional = parameter.questionToken || parameter.initializer ? '?' : ''
      const rest = parameter.dotDotDotToken ? '...' : ''
      return `${rest}${parameter.name.getText()}${optional}: ${plain(parameter.type)}`
    })
    return `function ${declaration.name.text}${genericsOf(declaration)}(${parameters.join(', ')}): ${plain(declaration.type)}`
  }

  function aliasOf(declaration) {
    const head = `type ${declaration.name.text}${genericsOf(declaration)}`
    const { type } = declaration
    const isTable = ts.isTypeLiteralNode(type) || ts.isIntersectionTypeNode(type)
    return isTable || namesHelpers(type) ? head : `${head} = ${plain(type)}`
  }

  /** Whether a type is written with types of the package that it does not export. */
  function namesHelpers(node) {
    if (ts.isConditionalTypeNode(node) || ts.isMappedTypeNode(node)) return true
    if (ts.isTypeReferenceNode(node)) {
      const symbol = checker.getSymbolAtLocation(node.typeName)
      const isOurs = symbol?.declarations?.some(each => !isForeign(each))
      const isParameter = symbol && symbol.flags & ts.SymbolFlags.TypeParameter
      if (isOurs && !isParameter && !exported.has(node.typeName.getText())) return true
    }
    return ts.forEachChild(node, child => namesHelpers(child) || undefined) ?? false
  }

  function typeOf(member) {
    if (ts.isMethodSignature(member) || ts.isMethodDeclaration(member)) {
      const parameters = member.parameters.map(each => plain(each))
      return `${genericsOf(member)}(${parameters.join(', ')}) => ${member.type ? plain(member.type) : 'void'}`
    }
    if (!member.type) return checker.typeToString(checker.getTypeAtLocation(member))
    const text = plain(member.type)
    return member.questionToken ? text.replace(/ \| undefined$/, '').replace(/^\((.*)\)$/, '$1') : text
  }

  /** The type as code. A type of the package is a link, with its values where it is a choice of them. */
  function shownType(member) {
    const text = typeOf(member)
    if (!exported.has(text)) return `\`${text}\``
    const alias = checker.getTypeAtLocation(member.type)
    const types = (alias.isUnion() ? alias.types : [alias]).filter(
      each => !(each.flags & ts.TypeFlags.Undefined),
    )
    const values = types.every(each => each.isStringLiteral()) ? types.map(each => `\`'${each.value}'\``) : []
    return [`[\`${text}\`](#${text.toLowerCase()})`, values.join(' | ')].filter(Boolean).join(': ')
  }

  function textOf(symbol) {
    return symbol
      ? ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() && linked(symbol)
      : ''
  }

  function linked(symbol) {
    return symbol.getDocumentationComment(checker).map(shownPart).join('').trim()
  }

  function throwsOf(symbol) {
    return (symbol?.getJsDocTags(checker) ?? [])
      .filter(({ name }) => name === 'throws' || name === 'returns')
      .map(({ name, text = [] }) => {
        const words = text.map(shownPart)
        return `${name === 'throws' ? 'Throws' : 'Returns'} ${words.join('').trim()}`
      })
  }

  /** A comment comes in parts; a link is three of them, its braces and its name. */
  function shownPart({ kind, text }) {
    if (kind === 'link') return ''
    return kind === 'linkName' || kind === 'linkText' ? link(text) : text
  }

  function link(name) {
    const [bare] = name.trim().split('<')
    return exported.has(bare) ? `[${bare}](#${bare.toLowerCase()})` : `\`${name.trim()}\``
  }
}

function nameOf(member) {
  return member.name.getText() + (member.questionToken ? '?' : '')
}

function isPublic(member) {
  const flags = ts.getCombinedModifierFlags(member)
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return (
    !(flags & hidden) &&
    (ts.isPropertyDeclaration(member) || ts.isMethodDeclaration(member) || ts.isGetAccessor(member)) &&
    !ts.isPrivateIdentifier(member.name)
  )
}

function extendsOf(declaration) {
  const clause = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
  return clause ? ` extends ${clause.types[0].getText()}` : ''
}

function genericsOf({ typeParameters }) {
  return typeParameters ? `<${typeParameters.map(plain).join(', ')}>` : ''
}

/** The text of a node on one line, without comments. */
function plain(node) {
  if (!node) return 'void'
  return printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/; }/g, ' }')
    .replaceAll(/(^|[(<:]) ?\| /g, '$1')
    .trim()
}

/** Text for a cell of a table. */
function cell(text) {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/\\?\|/g, '\\|')
}
