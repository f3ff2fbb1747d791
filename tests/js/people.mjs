/** Who is in the tests, and messages of theirs. */

export const AMIRA = "0190a000-0000-7000-8000-00000000000a";
export const BEN = "0190a000-0000-7000-8000-00000000000b";
export const CHEN = "0190a000-0000-7000-8000-00000000000c";

/** A stored message, from ben unless said otherwise. */
export const stored = (sequence, more = {}) => ({
  id: `m${sequence}`,
  sequence,
  message: `message ${sequence}`,
  html: `<p>message ${sequence}</p>`,
  sender: { id: BEN, first_name: "Ben" },
  is_support: true,
  audience: "public",
  created_at: "2026-03-09T23:24:00Z",
  ...more,
});

/** An own message that is not stored. */
export const own = (id, message, more = {}) => ({
  id, message, sequence: null, audience: "public", sender: { id: AMIRA }, is_support: false,
  created_at: "2026-03-09T23:24:00Z", order: 1, state: "sending", error: null, code: null, ...more,
});
