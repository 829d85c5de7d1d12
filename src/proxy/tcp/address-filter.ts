import type { StreamLayer } from '../../model/stream.ts';
import { anyRangeContains, parseAddressRange } from '../../support/address-range.ts';

/** `ipAllowList`: closes connections from elsewhere. Throws an `Error` for what is no range. */
export function addressFilter(sourceRange: readonly string[]): StreamLayer {
  const ranges = sourceRange.map((written) => {
    const range = parseAddressRange(written);
    if (range === undefined) throw new Error(`"${written}" in sourceRange is neither an address nor a range`);
    return range;
  });
  return (next) => ({
    handle(stream) {
      if (anyRangeContains(ranges, stream.client.address)) next.handle(stream);
      else stream.turnAway('address-not-allowed');
    },
  });
}
