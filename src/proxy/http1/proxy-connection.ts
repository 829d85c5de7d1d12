/** A list of tokens that ends the connection. `Proxy-Connection` was never a standard, yet some readers obey it. */
export const CLOSING = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
