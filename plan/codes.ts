/**
 * Every diagnostic code, with what it stands for in one line.
 *
 * `docs/errors.md` has one section for each, with an example that produces it; a test holds both together.
 * Codes are a supported interface: never renamed, only added.
 */
export const CODES = {
  // The file itself
  FILE_UNREADABLE: "the file cannot be read",
  FILE_NOT_REGULAR: "a symbolic link, a directory or a device where a plain file is expected",
  FILE_TOO_LARGE: "the file is larger than 256 KiB",
  FILE_EXTENSION: "the file does not end in .yaml",
  FILE_EMPTY: "the file holds nothing",
  SLUG_INVALID: "the file's name cannot be a tenant's slug",
  SLUG_RESERVED: "the slug is a name of the platform",
  SLUG_UNKNOWN: "no tenant has this slug",
  // Its text
  UTF8_INVALID: "the bytes are not UTF-8",
  CHARACTER_FORBIDDEN: "a control character or an invisible direction mark",
  TAB: "a tab character",
  // YAML
  YAML_SYNTAX: "the YAML cannot be parsed",
  YAML_DOCUMENTS: "several documents in one file",
  YAML_DIRECTIVE: "a % directive",
  YAML_TAG: "a ! tag",
  YAML_MERGE: "a << merge key",
  YAML_TOO_DEEP: "more than 32 levels",
  YAML_TOO_MANY_ALIASES: "more than 10 aliases",
  YAML_TOO_LONG: "more than 20,000 line breaks, colons, commas and brackets",
  YAML_ALIAS_UNKNOWN: "an alias without its anchor",
  COMMENT_CUTS_VALUE: "a # that ends a value without meaning to",
  KEY_DUPLICATE: "the same key twice in one map",
  KEY_NOT_TEXT: "a key that is a list or a map",
  // Shape
  KEY_UNKNOWN: "a key that does not exist",
  KEY_MISSING: "a key that is needed",
  TYPE_WRONG: "a value of another kind",
  TEXT_NOT_QUOTED: "text that YAML reads as something else",
  NUMBER_SPELLING: "a number that is not written in plain digits",
  NUMBER_RANGE: "a number outside its bounds",
  VALUE_UNKNOWN: "a word that is not one of the allowed ones",
  LIST_EMPTY: "a list that needs at least one entry",
  TOO_MANY_PROBLEMS: "the rest of a file's problems is left out",
  // Single values
  SIREN_INVALID: "not a SIREN",
  SIRET_INVALID: "not a SIRET",
  INSEE_INVALID: "not an INSEE code of a commune",
  PHONE_INVALID: "not a telephone number",
  EMAIL_INVALID: "not an e-mail address",
  LOCAL_PART_INVALID: "not the part of an address before the @",
  DOMAIN_INVALID: "not a domain name",
  NAME_INVALID: "a name that cannot be shown safely",
  DATE_INVALID: "not a day of the calendar",
  SIZE_INVALID: "not a size",
  DURATION_INVALID: "not a duration",
  KEYWORD_INVALID: "not a keyword of lower-case letters, digits and hyphens",
  CREDENTIAL_REFERENCE: "a credential that is not a reference",
  URL_INVALID: "not a URL",
  PRICE_INVALID: "not an amount in euros",
  // Several values of one tenant
  SIRET_NOT_OF_SIREN: "a SIRET of another legal entity",
  DATES_CONTRADICT: "dates that cannot both be true",
  STATE_CONTRADICTS: "a state and dates that cannot both be true",
  FORFAIT_UNKNOWN: "a forfait that is not in the catalogue",
  SERVICE_UNKNOWN: "a service that is not in the catalogue",
  SERVICE_NOT_IN_FORFAIT: "a service that neither the forfait nor a complement holds",
  COMPLEMENT_NOT_SOLD: "a complement without a price",
  POPULATION_MISSING: "a forfait that is priced by population",
  CONTACT_MISSING: "nobody to reach",
  CONTACT_INSIDE_DOMAIN: "a contact who is not reached when the mail is down",
  DOMAIN_NOT_OWNED: "a domain that belongs to somebody else",
  ADDRESS_DUPLICATE: "one address for two things",
  ADDRESS_OUTSIDE_DOMAIN: "an address of another domain",
  ADDRESS_RENAMED_TO_ITSELF: "a mailbox whose former address is its own",
  COLLECTED_FROM_ITSELF: "a former mailbox that is in the domain itself",
  QUOTA_OVER_FORFAIT: "a mailbox larger than the forfait allows",
  QUOTAS_OVER_TOTAL: "mailboxes that together exceed the collectivité's total",
  MAILBOXES_OVER_ENTITLEMENT: "more mailboxes than the collectivité is entitled to",
  SEATS_OVER_ENTITLEMENT: "more antivirus licences than the collectivité is entitled to",
  MEMBER_UNKNOWN: "a list member that does not exist",
  MEMBER_DUPLICATE: "a list member named twice",
  LIST_LOOP: "a list that contains itself",
  USER_UNKNOWN: "a user who is not a mailbox of the collectivité",
  // Several tenants
  SLUG_TAKEN: "two files for one slug",
  SIREN_TAKEN: "two tenants with one SIREN",
  DOMAIN_TAKEN: "two tenants with one domain",
  SEATS_OVER_POOL: "more licences than the CDG has bought",
  // Catalogue
  CATALOGUE_INCOMPLETE: "a forfait without prices",
} as const;

export type Code = keyof typeof CODES;
