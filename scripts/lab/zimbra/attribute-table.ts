/**
 * The attributes that the simulator knows, one a line: name, type, `1` or `*` values, entries that may have it, marks.
 * Types follow Zimbra's schema (zimbra-attrs.xml); limits stand in brackets. Marks: `i` inherited from the COS,
 * `g` inherited by domains from the global config, `!` immutable, `c` has a callback (two values are refused before
 * the directory sees them), `s` secret.
 */
export const attributeTable = `
objectClass string * domain,account,list,group,cos,server,config,alias,dataSource !
zimbraId id 1 domain,account,list,group,cos,server,alias,dataSource !
zimbraCreateTimestamp time 1 domain,account,list,group,cos,server,alias,dataSource !
description string[1024] * domain,account,list,group,cos,server,config,dataSource
zimbraNotes string[1024] 1 domain,account,list,group,cos,server,config
cn string 1 account,list,group,cos,server
o string 1 domain,account
dc string 1 domain
uid string 1 account,list,alias !
mail email * account,list,group !
sn string 1 account
givenName string 1 account
initials string 1 account
displayName string 1 account,list,group c
telephoneNumber string * account
mobile string * account
title string * account
company string * account
ou string * account
street string 1 account
l string 1 account
postalCode string * account
co string 1 account
employeeNumber string 1 account
userPassword password 1 account cs
zimbraMailAlias email * account,list,group !
zimbraMailDeliveryAddress email * account,list !
zimbraOldMailAddress email 1 account,list,group !
zimbraMailStatus enum:enabled,disabled 1 domain,account,list,group
zimbraMailHost string 1 account,list,group c
zimbraMailTransport string 1 account
zimbraMailCanonicalAddress email 1 account,domain
zimbraMailCatchAllAddress regex:^@[A-Za-z0-9-\\.]+$ * account,domain
zimbraMailCatchAllForwardingAddress regex:^@[A-Za-z0-9-\\.]+$ 1 account,domain
zimbraMailCatchAllCanonicalAddress regex:^@[A-Za-z0-9-\\.]+$ 1 account,domain
zimbraMailForwardingAddress email * account,list
zimbraPrefMailForwardingAddress forwarding 1 account c
zimbraPrefMailLocalDeliveryDisabled boolean 1 account
zimbraPrefOutOfOfficeReplyEnabled boolean 1 account
zimbraPrefOutOfOfficeReply string[8192] 1 account
zimbraPrefOutOfOfficeFromDate time 1 account
zimbraPrefOutOfOfficeUntilDate time 1 account
zimbraPrefOutOfOfficeExternalReplyEnabled boolean 1 account
zimbraPrefFromDisplay string[256] 1 account
zimbraPrefFromAddress string 1 account
zimbraPrefReplyToEnabled boolean 1 account
zimbraPrefReplyToAddress string 1 account
zimbraPrefMailSignature string 1 account
zimbraPrefLocale string 1 account,cos i
zimbraAllowFromAddress email * account
zimbraAccountStatus enum:active,maintenance,locked,closed,lockout,pending 1 account c
zimbraCOSId id 1 account c
zimbraIsAdminAccount boolean 1 account
zimbraIsDelegatedAdminAccount boolean 1 account
zimbraIsSystemResource boolean 1 account
zimbraIsSystemAccount boolean 1 account
zimbraHideInGal boolean 1 account,list,group
zimbraLastLogonTimestamp time 1 account
zimbraLastLogonTimestampFrequency duration 1 config
zimbraAuthTokenValidityValue integer 1 account
zimbraPasswordModifiedTime time 1 account
zimbraPasswordMustChange boolean 1 account
zimbraPasswordHistory string * account s
zimbraPasswordLocked boolean 1 account,cos i
zimbraPasswordMinLength integer[0,] 1 account,cos i
zimbraPasswordMaxLength integer[0,] 1 account,cos i
zimbraPasswordMinAge integer[0,] 1 account,cos i
zimbraPasswordMaxAge integer[0,] 1 account,cos i
zimbraPasswordEnforceHistory integer[0,] 1 account,cos i
zimbraPasswordMinUpperCaseChars integer[0,] 1 account,cos i
zimbraPasswordMinLowerCaseChars integer[0,] 1 account,cos i
zimbraPasswordMinNumericChars integer[0,] 1 account,cos i
zimbraPasswordMinPunctuationChars integer[0,] 1 account,cos i
zimbraPasswordMinAlphaChars integer[0,] 1 account,cos i
zimbraPasswordMinDigitsOrPuncs integer[0,] 1 account,cos i
zimbraPasswordAllowUsername boolean 1 account,cos i
zimbraPasswordLockoutEnabled boolean 1 account,cos i
zimbraPasswordLockoutMaxFailures integer[0,] 1 account,cos i
zimbraPasswordLockoutDuration duration 1 account,cos i
zimbraPasswordLockoutFailureLifetime duration 1 account,cos i
zimbraPasswordLockoutFailureTime time * account
zimbraPasswordLockoutLockedTime time 1 account
zimbraMailQuota long 1 account,cos ic
zimbraQuotaWarnPercent integer[0,] 1 account,cos i
zimbraQuotaWarnInterval duration 1 account,cos i
zimbraQuotaWarnMessage string 1 account,cos i
zimbraQuotaLastWarnTime time 1 account
zimbraDataSourceQuota long 1 account,cos i
zimbraDataSourceTotalQuota long 1 account,cos i
zimbraDataSourceMaxNumEntries integer[0,] 1 account,cos i
zimbraDataSourceMinPollingInterval duration 1 account,cos i
zimbraDataSourceImapPollingInterval duration 1 account,cos i
zimbraDataSourcePop3PollingInterval duration 1 account,cos i
zimbraDomainAdminMaxMailQuota long 1 account,cos i
zimbraAdminAuthTokenLifetime duration 1 account,cos i
zimbraAuthTokenLifetime duration 1 account,cos i
zimbraMailIdleSessionTimeout duration 1 account,cos i
zimbraMailMessageLifetime duration 1 account,cos i
zimbraMailTrashLifetime duration 1 account,cos i
zimbraMailSpamLifetime duration 1 account,cos i
zimbraMailForwardingAddressMaxLength integer[0,] 1 account,cos i
zimbraMailForwardingAddressMaxNumAddrs integer[0,] 1 account,cos i
zimbraMailSignatureMaxLength long 1 account,cos i
zimbraMailMinPollingInterval duration 1 account,cos i
zimbraContactMaxNumEntries integer[0,] 1 account,cos i
zimbraIdentityMaxNumEntries integer[0,] 1 account,cos i
zimbraSignatureMaxNumEntries integer[0,] 1 account,cos i
zimbraImapEnabled boolean 1 account,cos i
zimbraPop3Enabled boolean 1 account,cos i
zimbraDumpsterEnabled boolean 1 account,cos i
zimbraAttachmentsBlocked boolean 1 account,cos i
zimbraExternalShareLifetime duration 1 account,cos i
zimbraExternalSharingEnabled boolean 1 account,cos i
zimbraPublicSharingEnabled boolean 1 account,cos i
zimbraAvailableSkin string * account,cos i
zimbraZimletAvailableZimlets string * account,cos i
zimbraMailHostPool id * cos
zimbraDisableCrossAccountConversationThreading boolean 1 cos
zimbraPrefSpellIgnoreWord string * account,cos
zimbraPrefForwardReplyFormat enum:text,html,same 1 cos
zimbraProxyCacheableContentTypes string * cos
zimbraCalResType enum:Location,Equipment 1 resource
zimbraCalResLocationDisplayName string 1 resource
zimbraCalResCapacity integer 1 resource
zimbraCalResBuilding string 1 resource
zimbraCalResFloor string 1 resource
zimbraCalResRoom string 1 resource
zimbraCalResSite string 1 resource
zimbraCalResContactName string 1 resource
zimbraCalResContactEmail email 1 resource
zimbraCalResContactPhone string 1 resource
zimbraCalResAutoAcceptDecline boolean 1 resource
zimbraCalResAutoDeclineIfBusy boolean 1 resource
zimbraCalResAutoDeclineRecurring boolean 1 resource
zimbraAccountCalendarUserType enum:USER,RESOURCE 1 account
zimbraDomainName string 1 domain !
zimbraDomainType enum:local,alias 1 domain !
zimbraDomainStatus enum:active,maintenance,locked,closed,suspended,shutdown 1 domain c
zimbraDomainAliasTargetId id 1 domain
zimbraDomainDefaultCOSId id 1 domain c
zimbraDomainDefaultExternalUserCOSId id 1 domain
zimbraDomainMaxAccounts integer[0,] 1 domain
zimbraDomainCOSMaxAccounts string * domain
zimbraDomainFeatureMaxAccounts string * domain
zimbraDomainAggregateQuota long 1 domain,config g
zimbraDomainAggregateQuotaPolicy enum:ALLOWSENDRECEIVE,BLOCKSEND,BLOCKSENDRECEIVE 1 domain,config g
zimbraDomainAggregateQuotaWarnPercent integer 1 domain,config g
zimbraDomainAggregateQuotaWarnEmailRecipient email * domain,config g
zimbraAggregateQuotaLastUsage long 1 domain
zimbraMailDomainQuota long 1 domain,config g
zimbraAuthFallbackToLocal boolean 1 domain
zimbraAuthMech string 1 domain
zimbraAuthMechAdmin string 1 domain
zimbraGalMode enum:zimbra,ldap,both 1 domain
zimbraGalMaxResults integer[0,] 1 domain,config g
zimbraGalAccountId id * domain
zimbraPreAuthKey string 1 domain s
zimbraVirtualHostname string * domain
zimbraVirtualIPAddress string * domain
zimbraPublicServiceHostname string 1 domain,server,config
zimbraPublicServiceProtocol enum:http,https 1 domain,server,config
zimbraPublicServicePort port 1 domain,server,config
zimbraMailSSLClientCertPrincipalMap string 1 domain,config
zimbraPasswordChangeListener string 1 domain
zimbraPrefTimeZoneId string 1 account,cos,domain i
zimbraSkinLogoURL string 1 domain,config
zimbraSkinLogoAppBanner string 1 domain,config
zimbraFooterEnabled boolean 1 domain
zimbraAdminConsoleLoginURL string 1 domain,config
zimbraWebClientLoginURL string 1 domain,config
zimbraWebClientLogoutURL string 1 domain,config
zimbraWebClientMaxInputBufferLength integer 1 domain,config g
zimbraHelpAdminURL string 1 domain,config
zimbraDomainMandatoryMailSignatureEnabled boolean 1 domain,config
zimbraDomainMandatoryMailSignatureText string 1 domain
zimbraDomainMandatoryMailSignatureHTML string 1 domain
DKIMIdentity string 1 domain
DKIMSelector string 1 domain
DKIMDomain string 1 domain
DKIMKey string 1 domain s
DKIMPublicKey string 1 domain
amavisSpamLover boolean 1 account,domain
amavisWhitelistSender string * account,domain
amavisBlacklistSender string * account,domain
amavisSpamTagLevel string 1 account,domain
amavisSpamTag2Level string 1 account,domain
amavisSpamKillLevel string 1 account,domain
zimbraIsACLGroup boolean 1 group
memberURL string 1 group
zimbraACE string * domain,account,list,group,cos,server,config
zimbraIsAdminGroup boolean 1 list,group
zimbraDistributionListSendShareMessageToNewMembers boolean 1 list,group
zimbraDistributionListSubscriptionPolicy enum:ACCEPT,REJECT,APPROVAL 1 list,group
zimbraDistributionListUnsubscriptionPolicy enum:ACCEPT,REJECT,APPROVAL 1 list,group
zimbraPrefReplyToDisplay string 1 account,list,group
zimbraServiceHostname string 1 server
zimbraServiceEnabled string * server
zimbraServiceInstalled string * server
zimbraMailPort port 1 server,config
zimbraMailSSLPort port 1 server,config
zimbraAdminPort port 1 server,config
zimbraLmtpBindPort port 1 server,config
zimbraLmtpPermanentFailureWhenOverQuota boolean 1 server,config
zimbraMtaMyNetworks string * server,config
zimbraMtaRestriction string * config
zimbraMtaMaxMessageSize long 1 config
zimbraMtaRelayHost string * server,config
zimbraMtaSmtpdTlsSecurityLevel enum:may,none,encrypt 1 server,config
zimbraMtaTlsAuthOnly boolean 1 server,config
zimbraDefaultDomainName string 1 config
zimbraSoapRequestMaxSize long 1 config
zimbraFileUploadMaxSize long 1 config
zimbraHttpDosFilterMaxRequestsPerSec integer[1,] 1 config
zimbraHttpDosFilterDelayMillis integer 1 config
zimbraHttpThrottleSafeIPs string * config
zimbraInvalidLoginFilterMaxFailedLogin integer[0,] 1 config
zimbraInvalidLoginFilterDelayInMinBetwnReqBeforeReinstating integer[0,] 1 config
zimbraCsrfTokenCheckEnabled boolean 1 config
zimbraComponentAvailable string * config
zimbraDataSourceId id 1 dataSource !
zimbraDataSourceName string 1 dataSource
zimbraDataSourceType string 1 dataSource
zimbraDataSourceEnabled boolean 1 dataSource
zimbraDataSourceHost string 1 dataSource
zimbraDataSourcePort port 1 dataSource
zimbraDataSourceConnectionType enum:cleartext,ssl,tls,tls_if_available 1 dataSource
zimbraDataSourceUsername string 1 dataSource
zimbraDataSourcePassword string 1 dataSource s
zimbraDataSourceFolderId string 1 dataSource
zimbraDataSourceLeaveOnServer boolean 1 dataSource
zimbraDataSourcePollingInterval duration 1 dataSource,account,cos i
zimbraDataSourceImportOnly boolean 1 dataSource
zimbraDataSourceEmailAddress string 1 dataSource
zimbraDataSourceUseAddressForForwardReply boolean 1 dataSource
zimbraDataSourceLastError string 1 dataSource
zimbraDataSourceFailingSince time 1 dataSource
`;
