import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { launchOptions, presentEngines } from './tests/support/engines.ts'
import { alias, browserProject, PATIENT } from './tests/support/projects.ts'

const engines = presentEngines()

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          ...PATIENT,
          name: 'node',
          environment: 'node',
          include: ['tests/{unit,kernel-boundary,testing,package,security}/**/*.test.ts'],
          typecheck: { enabled: true, include: ['tests/types/**/*.test-d.ts'] },
        },
      },
      ...engines.map((engine, index) =>
        browserProject(engine, playwright({ launchOptions: launchOptions(engine) }), 1 + index),
      ),
      ...engines.map((engine, index) =>
        browserProject(
          engine,
          playwright({ launchOptions: launchOptions(engine) }),
          4 + engines.length + index,
          true,
        ),
      ),
      {
        test: {
          ...PATIENT,
          name: 'consumers',
          environment: 'node',
          include: ['tests/consumers/*.test.ts'],
          sequence: { groupOrder: 2 + engines.length },
          // Servers and builds of whole applications.
          testTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          ...PATIENT,
          name: 'page',
          environment: 'node',
          include: engines.includes('chromium') ? ['tests/pages/**/*.test.ts'] : [],
          sequence: { groupOrder: 1 + engines.length },
          // They wait for their browsers more than they work.
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...PATIENT,
          name: 'field',
          environment: 'node',
          include: ['tests/field/*.test.ts'],
          sequence: { groupOrder: 3 + engines.length },
          // As many pages as are open at a time in both engines.
          maxConcurrency: 4,
          // A case has a limit of its own; beside that it waits for a page.
          testTimeout: 300_000,
        },
      },
    ],
  },
})
