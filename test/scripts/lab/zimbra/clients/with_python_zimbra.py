"""Round trips through python-zimbra. Arguments: URL of the admin service and the dialect. The password is on standard input."""

import json
import sys

from pythonzimbra.communication import Communication
from pythonzimbra.tools import auth

url, dialect = sys.argv[1], sys.argv[2]
password = sys.stdin.readline().rstrip("\n")
token = auth.authenticate(url, "admin@lab.test", password, "name", admin_auth=True, request_type=dialect)
wrong = auth.authenticate(url, "admin@lab.test", "wrong", "name", admin_auth=True, request_type=dialect)
seen = {"token": token is not None, "wrong password": wrong}
com = Communication(url)
domain = dialect + ".python-zimbra.test"


def call(name, content, namespace="urn:zimbraAdmin"):
    request = com.gen_request(request_type=dialect, token=token)
    request.add_request(name + "Request", content, namespace)
    response = com.send_request(request)
    if response.is_fault():
        return {"fault": response.get_fault_code(), "text": response.get_fault_message()}
    return response.get_response()[name + "Response"]


def first(thing):
    return thing[0] if isinstance(thing, list) else thing


def attributes(entry):
    return {a["n"]: a["_content"] for a in first(entry)["a"] if "_content" in a}


made = first(call("CreateDomain", {"name": domain, "a": {"n": "description", "_content": "Nérac & <co>"}})["domain"])
seen["domain"] = [made["name"], attributes(made)["description"]]
seen["domain again"] = call("CreateDomain", {"name": domain})

box = first(
    call("CreateAccount", {"name": "accueil@" + domain, "password": "Premier-mot-1", "a": [{"n": "displayName", "_content": "L'accueil"}, {"n": "zimbraMailQuota", "_content": "1000"}]})["account"]
)
seen["account"] = [box["name"], attributes(box)["displayName"], attributes(box)["zimbraMailQuota"]]
call("ModifyAccount", {"id": box["id"], "a": {"n": "zimbraMailQuota", "_content": "2000"}})
call("AddAccountAlias", {"id": box["id"], "alias": "contact@" + domain})
read = call("GetAccount", {"account": {"by": "name", "_content": "contact@" + domain}})["account"]
seen["by alias"] = [first(read)["name"], attributes(read)["zimbraMailQuota"], attributes(read)["zimbraMailAlias"]]

elus = first(call("CreateDistributionList", {"name": "elus@" + domain})["dl"])
call("AddDistributionListMember", {"id": elus["id"], "dlm": [{"_content": "accueil@" + domain}, {"_content": "x@ailleurs.test"}]})
members = first(call("GetDistributionList", {"dl": {"by": "id", "_content": elus["id"]}})["dl"])["dlm"]
seen["members"] = [m["_content"] for m in members]

usage = call("GetQuotaUsage", {"domain": domain})["account"]
seen["quota"] = [first(usage)["name"], str(first(usage)["used"]), str(first(usage)["limit"])]

batch = com.gen_request(request_type=dialect, token=token, set_batch=True)
one = batch.add_request("GetAccountRequest", {"account": {"by": "name", "_content": "accueil@" + domain}}, "urn:zimbraAdmin")
two = batch.add_request("GetAccountRequest", {"account": {"by": "name", "_content": "absent@" + domain}}, "urn:zimbraAdmin")
answers = com.send_request(batch)
seen["batch"] = [first(answers.get_response(one)["GetAccountResponse"]["account"])["name"], first(answers.get_response(two)["Fault"])["Detail"]["Error"]["Code"]]

user_url = url.replace("/service/admin/soap", "/service/soap")
user = auth.authenticate(user_url, "accueil@" + domain, "Premier-mot-1", "name", request_type=dialect, use_password=True)
seen["user"] = user is not None
call("DeleteDistributionList", {"id": elus["id"]})
seen["not empty"] = call("DeleteDomain", {"id": made["id"]})["fault"]
call("DeleteAccount", {"id": box["id"]})
call("DeleteDomain", {"id": made["id"]})
seen["gone"] = call("GetDomain", {"domain": {"by": "name", "_content": domain}})
print(json.dumps(seen))
