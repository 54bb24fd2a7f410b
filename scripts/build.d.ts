/** `withTypes` adds the declarations of the faces; left out, they are made where the last build had them. */
export function build(options?: { readonly withTypes?: boolean }): Promise<void>
