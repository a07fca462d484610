import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme'
import { h } from 'vue'
import { useMainLandmark } from './main-landmark.ts'
import RunExample from './run-example.ts'
import { tourPicture } from './tour-picture.ts'
import './colors.css'
import './pages.css'
import './landing.css'

export default {
  extends: DefaultTheme,
  Layout: {
    setup() {
      useMainLandmark()
      return () => h(DefaultTheme.Layout, null, { 'home-hero-image': tourPicture })
    },
  },
  enhanceApp({ app }) {
    app.component('RunExample', RunExample)
  },
} satisfies Theme
