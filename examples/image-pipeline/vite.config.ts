import { serveExamples } from '../serve.ts'

export default serveExamples('image-pipeline')
