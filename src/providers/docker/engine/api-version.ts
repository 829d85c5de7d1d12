/** Which version of the Engine API to speak: the newest that both sides know. */
import { z } from 'zod';

const oldest = '1.40';
const newest = '1.52';

const versionText = z.string().regex(/^\d+\.\d+$/);

/** What `GET /version` says, as far as it matters here. */
export const versionAnswer = z.object({
  Version: z.string().catch('unknown'),
  ApiVersion: versionText,
  MinAPIVersion: versionText.optional().catch(undefined),
});

export class ApiVersionError extends Error {}

export function negotiateVersion(engine: z.output<typeof versionAnswer>): string {
  const wanted = isOlder(engine.ApiVersion, newest) ? engine.ApiVersion : newest;
  const lowest = engine.MinAPIVersion ?? oldest;
  if (isOlder(wanted, oldest) || isOlder(wanted, lowest)) {
    throw new ApiVersionError(
      `engine ${engine.Version} speaks the API versions ${lowest} to ${engine.ApiVersion}, ` +
        `this program ${oldest} to ${newest}`,
    );
  }
  return wanted;
}

function isOlder(one: string, other: string): boolean {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
}
