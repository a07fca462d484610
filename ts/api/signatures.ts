/** Taking the type of a function apart, overload by overload. */

export type Signature = { args: readonly unknown[]; result: unknown }

// biome-ignore lint/suspicious/noExplicitAny: only any[] is assignable to and from every list of parameters.
type AnyArguments = readonly any[]

/**
 * The overloads of a function, up to the last six. A pattern with more overloads than the function has repeats the first one
 * (TypeScript before 5.1 fills it with `any`), so repetitions are taken out. Functions with type parameters may match the
 * simple pattern alone, which sees the last overload.
 */
export type SignaturesOf<F> = F extends {
  (...args: infer A1 extends AnyArguments): infer R1
  (...args: infer A2 extends AnyArguments): infer R2
  (...args: infer A3 extends AnyArguments): infer R3
  (...args: infer A4 extends AnyArguments): infer R4
  (...args: infer A5 extends AnyArguments): infer R5
  (...args: infer A6 extends AnyArguments): infer R6
}
  ? Distinct<
      [
        { args: A1; result: R1 },
        { args: A2; result: R2 },
        { args: A3; result: R3 },
        { args: A4; result: R4 },
        { args: A5; result: R5 },
        { args: A6; result: R6 },
      ]
    >
  : F extends (...args: infer A) => infer R
    ? [{ args: A; result: R }]
    : never

type Distinct<S extends readonly Signature[]> = S extends readonly [
  infer First extends Signature,
  infer Second extends Signature,
  ...infer Rest extends Signature[],
]
  ? true extends IsSame<First, Second> | IsSame<First, { args: AnyArguments; result: unknown }>
    ? Distinct<[Second, ...Rest]>
    : [First, ...Distinct<[Second, ...Rest]>]
  : S

type IsSame<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false

export type IsAny<T> = 0 extends 1 & T ? true : false
