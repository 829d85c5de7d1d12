const shape = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const lengthMax = 253;

/** What a parent may call an uplink: safe as a header, in the name of a service and in a log. */
export const isUplinkName = (text: string): boolean => text.length <= lengthMax && shape.test(text);

/** For whoever chose another one. */
export const uplinkNameRule = `at most ${lengthMax} letters, digits, ".", "_" and "-", with a letter or digit at both ends`;
