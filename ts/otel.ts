/**
 * The mapping of a runtime's events to OpenTelemetry.
 *
 * @module @varunkanwar/atelier/otel
 */
export { type OpenTelemetryOptions, observeWithOpenTelemetry } from './otel/otel.ts'
