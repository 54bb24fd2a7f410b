// What the kernel uses of WebAssembly: TypeScript has its types with those of a browser only.
interface WasmMemory {
  readonly buffer: ArrayBuffer
  /** Adds pages; views of the buffer before are empty from then on. */
  grow(pages: number): number
}

declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: unknown }
}
