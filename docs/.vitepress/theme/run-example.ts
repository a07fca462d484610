import { defineComponent, h, ref } from 'vue'

/** A button that runs the example of the landing page in the visitor's browser, and its result. */
export default defineComponent(() => {
  const busy = ref(false)
  const result = ref('')

  async function run(): Promise<void> {
    busy.value = true
    result.value = 'Counting…'
    result.value = await count().catch(String)
    busy.value = false
  }

  return () =>
    h('p', { class: 'run-example' }, [
      h('button', { type: 'button', disabled: busy.value, onClick: run }, 'Run it here'),
      h('output', result.value),
    ])
})

async function count(): Promise<string> {
  const { countPrimes } = await import('../../example/primes.ts')
  const start = performance.now()
  const primes = await countPrimes()
  const milliseconds = Math.round(performance.now() - start)
  return `${primes.toLocaleString('en-US')} primes, counted by four calls in ${milliseconds.toLocaleString('en-US')} ms`
}
