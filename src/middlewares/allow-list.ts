import { anyRangeContains } from '../support/address-range.ts';
import { statusText } from '../support/status-text.ts';
import { addressRanges, clientAddress } from './client-address.ts';
import type { CreateMiddleware } from './middleware.ts';
import { replyStatus } from './replies.ts';

export interface AllowListOptions {
  readonly sourceRange: readonly string[];
  readonly ipStrategy?: Parameters<typeof clientAddress>[0];
  /** 0: 403. */
  readonly rejectStatusCode: number;
}

/** Lets in only clients whose address lies in one of the ranges. */
export const allowList: CreateMiddleware<AllowListOptions> = (options) => {
  if (options.sourceRange.length === 0)
    throw new Error('sourceRange is empty, the allow list would refuse everybody');
  const status = options.rejectStatusCode || 403;
  if (statusText(status) === '') throw new Error(`invalid HTTP status code ${status} in rejectStatusCode`);
  const ranges = addressRanges(options.sourceRange);
  const addressOf = clientAddress(options.ipStrategy);
  return (next) => ({
    handle(exchange) {
      if (anyRangeContains(ranges, addressOf(exchange))) next.handle(exchange);
      else replyStatus(exchange, status);
    },
  });
};
