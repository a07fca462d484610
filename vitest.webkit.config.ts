import { defineConfig } from 'vitest/config'
import { found, isPresent } from './tests/support/engines.ts'
import { browserProject } from './tests/support/projects.ts'
import { webkitGtk } from './tests/support/webkit.ts'

const driver = isPresent('webkit') ? found('webkit').executablePath : undefined

export default defineConfig({
  test: {
    passWithNoTests: true,
    ...(driver ? { projects: [browserProject('webkit', webkitGtk(driver), 0)] } : { include: [] }),
  },
})
