/** Version of the engine, recorded in every manifest; a test holds it equal to package.json. */
export const ENGINE_VERSION = '0.1.0'

/** Version of the rules in docs/execution.md. A run of another one computes by other rules. */
export const EXECUTION_MODEL = 2
