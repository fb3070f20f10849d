# A second copy of a message is dropped, known by its Message-ID, as Zimbra's LMTP server does for every account
# that does not say otherwise (zimbraPrefMessageIdDedupingEnabled is TRUE in the default class). SMTP delivers at
# least once: a relay that is killed between two servers sends again what it had sent.
# Zimbra knows the last 3000 and sets no time (zimbraMessageIdDedupeCacheTimeout is 0); Pigeonhole goes by time
# alone, and a week is the longest.
require "duplicate";
if duplicate :seconds 604800 {
  discard;
  stop;
}
