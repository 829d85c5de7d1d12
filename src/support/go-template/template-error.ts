/** A template that cannot be read or carried out; never leaves this folder. */
export class TemplateError extends Error {}
