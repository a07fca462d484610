import { serveExamples } from '../serve.ts'

export default serveExamples('observability-demo')
