"""Round trips through zimsoap, as its users write them. Arguments: host and port. The password is on standard input."""

import json
import sys

from zimsoap.client import ZimbraAccountClient, ZimbraAdminClient, ZimbraSoapServerError
from zimsoap.zobjects import Account, CalendarResource, DistributionList, Domain

host, port = sys.argv[1], sys.argv[2]
password = sys.stdin.readline().rstrip("\n")
admin = ZimbraAdminClient(host, port)
admin.login("admin@lab.test", password)
seen = {"session": admin.is_session_valid()}

domain = admin.create_domain("zimsoap.test")
admin.modify_domain(domain, {"description": "Commune d'Œuilly & co", "zimbraDomainMaxAccounts": "5"})
read = admin.get_domain(Domain(name="zimsoap.test"))
seen["domain"] = [read.name, read["description"], read["zimbraDomainMaxAccounts"]]
seen["domains"] = sorted(d.name for d in admin.get_all_domains())
try:
    admin.create_domain("zimsoap.test")
except ZimbraSoapServerError as error:
    seen["domain again"] = str(error)

account = admin.create_account("accueil@zimsoap.test", "Premier-mot-1", {"displayName": "Accueil <é>"})
admin.modify_account(account, {"zimbraMailQuota": "5000000000"})
read = admin.get_account(Account(name="accueil@zimsoap.test"))
seen["account"] = [read.name, read["displayName"], read["zimbraMailQuota"], read["cn"]]
seen["accounts"] = [a.name for a in admin.get_all_accounts(domain)]
seen["cos"] = admin.get_account_cos(account).name
seen["count"] = [(cos.name, count) for cos, count in admin.count_account(domain)]

admin.add_account_alias(account, "contact@zimsoap.test")
seen["by alias"] = admin.get_account(Account(name="contact@zimsoap.test")).name
seen["aliases"] = admin.get_account(account)["zimbraMailAlias"]
try:
    admin.add_account_alias(account, "contact@zimsoap.test")
except ZimbraSoapServerError as error:
    seen["alias again"] = str(error)
admin.remove_account_alias(account, "contact@zimsoap.test")
seen["alias removed"] = "zimbraMailAlias" not in admin.get_account(account)._a_tags

elus = admin.create_distribution_list("elus@zimsoap.test")
admin.add_distribution_list_member(elus, ["accueil@zimsoap.test", "maire@ailleurs.test"])
admin.add_distribution_list_alias(elus, "conseil@zimsoap.test")
admin.modify_distribution_list(elus, {"displayName": "Les élus"})
read = admin.get_distribution_list(DistributionList(name="elus@zimsoap.test"))
seen["list"] = [read.name, read["displayName"], sorted(read.members)]
admin.remove_distribution_list_member(elus, ["maire@ailleurs.test"])
seen["list after"] = admin.get_distribution_list(elus).members
seen["lists"] = [dl.name for dl in admin.get_all_distribution_lists(domain)]

seen["quota"] = [[q["name"], q["used"], q["limit"]] for q in admin.get_quota_usage("zimsoap.test")]
seen["mailbox"] = admin.get_account_mailbox(account.id).s
seen["stats"] = admin.get_mailbox_stats()["totalSize"]

room = admin.create_calendar_resource(
    "salle@zimsoap.test", attrs={"displayName": "Salle du conseil", "zimbraCalResType": "Location"}
)
seen["resource"] = admin.get_calendar_resource(CalendarResource(name="salle@zimsoap.test"))["displayName"]

admin.rename_account(account, "mairie@zimsoap.test")
seen["renamed"] = admin.get_account(Account(id=account.id)).name
seen["list follows"] = admin.get_distribution_list(elus).members

user = ZimbraAccountClient(host, port)
user.login("mairie@zimsoap.test", "Premier-mot-1")
seen["user"] = user.get_preference("zimbraPrefSkin")
delegated = ZimbraAccountClient(host, port)
delegated.delegated_login("mairie@zimsoap.test", admin)
seen["delegated"] = delegated.is_session_valid()

admin.modify_config("zimbraMtaMaxMessageSize", "20480000")
seen["config"] = admin.get_config("zimbraMtaMaxMessageSize")
admin.delete_domain_forced(domain)
seen["left"] = sorted(d.name for d in admin.get_all_domains())
print(json.dumps(seen))
