import { useRoute } from 'vitepress'
import { onMounted, watch } from 'vue'

/**
 * The theme gives its articles a `main`, but neither the landing page nor the page for what is not found. There, the element that
 * holds the page takes its role. The config does the same to the HTML that is served.
 */
export function useMainLandmark(): void {
  const route = useRoute()
  const mark = () => {
    const content = document.getElementById('VPContent')
    if (content?.querySelector('main')) content.removeAttribute('role')
    else content?.setAttribute('role', 'main')
  }
  onMounted(() => watch(() => route.path, mark, { immediate: true, flush: 'post' }))
}
