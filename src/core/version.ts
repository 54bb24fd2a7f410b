/** Version of the engine, recorded in every manifest; a test holds it equal to package.json. */
export const ENGINE_VERSION = '0.1.0'
