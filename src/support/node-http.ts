/**
 * Node's HTTP for the control plane. An `import` of the module takes all of its names, and one of them brings an
 * HTTP client of 14 MiB that nobody here uses.
 */
export const { createServer } = process.getBuiltinModule('node:http');
