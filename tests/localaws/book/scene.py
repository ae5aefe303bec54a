"""What the calls of the book are about. Every row has its own, of which nothing is made before it is needed."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.localaws.cloud import ACCOUNT, REGION, Cloud, Key, allow, build_house, user
from tests.localaws.federation import build_pool, federated_setup
from tests.localaws.processor import Processor, function

if TYPE_CHECKING:
    from pathlib import Path

    from tests.localaws.book.row import Members
    from tests.localaws.book.saml import SAMLIssuer
    from tests.localaws.cloud import House
    from tests.localaws.federation import Issuer, Pool

KEYS = {
    "boss": Key("AKIALOCALBOSS0000001", "local-only-secret-of-the-boss-0000000001"),
    "idle": Key("AKIALOCALIDLE0000001", "local-only-secret-of-the-idle-0000000001"),
    "unknown": Key("AKIALOCALUNKNOWN0001", "local-only-secret-of-the-unknown-0000001"),
}
ANYTHING = allow(["*"], "*")
POLICY = json.dumps(ANYTHING)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
    }
)
CODE_OF_NOBODY = "0" * 64


@dataclass
class Stage:
    """What all scenes have in common."""

    cloud: Cloud
    issuer: Issuer
    saml_issuer: SAMLIssuer
    processor: Processor


def start_cloud(path: Path, issuer: Issuer, processor: Processor) -> Cloud:
    document = federated_setup(issuer)
    document["Accounts"][0]["Users"] += [user("boss", KEYS["boss"], ["*"]), user("idle", KEYS["idle"], ["none:*"])]
    document["Processors"] = {function("taken"): f"{processor.url}/taken"}
    # Quotas that are on and are not met must not be noticed.
    document["Quotas"] = {"On": True, "Scale": 1000, "L-0222B40A": 100_000}
    path.write_text(json.dumps(document))
    return Cloud("--setup", str(path), "--control")


class Scene:
    def __init__(self, stage: Stage) -> None:
        self.stage, self.cloud = stage, stage.cloud
        self.name = f"n{uuid.uuid4().hex[:12]}"

    def client(self, service: str) -> Any:
        return self.cloud.client(service, KEYS["boss"])

    @cached_property
    def house(self) -> House:
        """Dora is an admin, and carol is in none of the channels."""
        house = build_house(self.cloud, self.name, ["alice", "bob", "carol", "dora"])
        self.client("chime-sdk-identity").create_app_instance_admin(
            AppInstanceArn=house.arn, AppInstanceAdminArn=house["dora"]
        )
        return house

    @property
    def ghost(self) -> str:
        return f"{self.house.arn}/user/ghost"

    @property
    def lost_house(self) -> str:
        return f"arn:aws:chime:{REGION}:{ACCOUNT}:app-instance/{uuid.uuid4()}"

    def as_person(self, person: str, **members: Any) -> Members:
        return {"ChimeBearer": self.house[person], **members}

    def in_channel(self, person: str = "alice", **members: Any) -> Members:
        return self.as_person(person, ChannelArn=self.channel, **members)

    def in_secret(self, person: str = "alice", **members: Any) -> Members:
        return self.as_person(person, ChannelArn=self.secret, **members)

    def tell(self, operation: str, **members: Any) -> Any:
        return getattr(self.client("chime-sdk-messaging"), operation)(**members)

    @cached_property
    def channel(self) -> str:
        """Alice moderates it, and bob is a member."""
        return self.open_channel(MemberArns=[self.house["bob"]])

    @cached_property
    def secret(self) -> str:
        return self.open_channel(MemberArns=[self.house["bob"]], Privacy="PRIVATE")

    @cached_property
    def elastic(self) -> str:
        wish = {"MaximumSubChannels": 2, "TargetMembershipsPerSubChannel": 2, "MinimumMembershipPercentage": 40}
        return self.open_channel(ElasticChannelConfiguration=wish)

    def open_channel(self, **wishes: Any) -> str:
        made = self.tell("create_channel", **self.as_person("alice"), AppInstanceArn=self.house.arn, Name="c", **wishes)
        return str(made["ChannelArn"])

    @cached_property
    def message(self) -> str:
        """By alice."""
        said = {"Content": "hello", "Type": "STANDARD", "Persistence": "PERSISTENT"}
        return str(self.tell("send_channel_message", **self.in_channel(), **said)["MessageId"])

    @cached_property
    def banned(self) -> str:
        self.tell("create_channel_ban", **self.in_channel(MemberArn=self.house["carol"]))
        return self.house["carol"]

    @property
    def processors(self) -> list[dict[str, Any]]:
        configuration = {"Lambda": {"ResourceArn": function("taken"), "InvocationType": "ASYNC"}}
        return [{"Name": "p", "Configuration": configuration, "ExecutionOrder": 1, "FallbackAction": "CONTINUE"}]

    @cached_property
    def flow(self) -> str:
        made = self.tell("create_channel_flow", AppInstanceArn=self.house.arn, Name="flow", Processors=self.processors)
        return str(made["ChannelFlowArn"])

    @cached_property
    def associated_flow(self) -> str:
        self.tell("associate_channel_flow", **self.in_channel(ChannelFlowArn=self.flow))
        return self.flow

    @cached_property
    def callback(self) -> Members:
        """What the processor answers to a message that it was handed."""
        assert self.associated_flow
        assert self.message
        event = self.stage.processor.take()
        message = {"MessageId": event["ChannelMessage"]["MessageId"], "Content": "looked at"}
        return {"ChannelArn": self.channel, "CallbackId": event["CallbackId"], "ChannelMessage": message}

    @cached_property
    def role(self) -> str:
        self.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=TRUST)
        return self.name

    @property
    def role_arn(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:role/{self.role}"

    @cached_property
    def user(self) -> str:
        self.client("iam").create_user(UserName=self.name)
        return self.name

    @cached_property
    def key(self) -> str:
        return str(self.client("iam").create_access_key(UserName=self.user)["AccessKey"]["AccessKeyId"])

    @cached_property
    def policy(self) -> str:
        return str(self.client("iam").create_policy(PolicyName=self.name, PolicyDocument=POLICY)["Policy"]["Arn"])

    @property
    def lost_policy(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:policy/lost"

    def with_policy(self, kind: str) -> Members:
        """A role or a user that has an inline policy."""
        owner = {f"{kind}Name": getattr(self, kind.lower()), "PolicyName": "inline"}
        getattr(self.client("iam"), f"put_{kind.lower()}_policy")(**owner, PolicyDocument=POLICY)
        return owner

    def with_attached(self, kind: str) -> Members:
        attached = {f"{kind}Name": getattr(self, kind.lower()), "PolicyArn": self.policy}
        getattr(self.client("iam"), f"attach_{kind.lower()}_policy")(**attached)
        return attached

    @cached_property
    def oidc(self) -> str:
        wish = {"Url": f"https://{self.name}.example", "ClientIDList": ["one", "two"]}
        return str(self.client("iam").create_open_id_connect_provider(**wish)["OpenIDConnectProviderArn"])

    @property
    def lost_oidc(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:oidc-provider/lost.example"

    @cached_property
    def saml(self) -> str:
        wish = {"Name": self.name, "SAMLMetadataDocument": self.stage.saml_issuer.metadata}
        return str(self.client("iam").create_saml_provider(**wish)["SAMLProviderArn"])

    @property
    def lost_saml(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:saml-provider/lost"

    def trusting(self, provider: str, action: str) -> str:
        """A role for whom the provider vouches."""
        statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": action}
        trust = json.dumps({"Version": "2012-10-17", "Statement": statement})
        iam = self.client("iam")
        made = iam.create_role(RoleName=f"{self.name}-federated", AssumeRolePolicyDocument=trust)
        return str(made["Role"]["Arn"])

    @cached_property
    def pool(self) -> Pool:
        return build_pool(self.cloud, self.stage.issuer)

    @property
    def pool_arn(self) -> str:
        return f"arn:aws:cognito-identity:{REGION}:{ACCOUNT}:identitypool/{self.pool.id}"

    @property
    def lost_pool(self) -> str:
        return f"{REGION}:{uuid.uuid4()}"

    @cached_property
    def user_pool(self) -> str:
        return str(self.client("cognito-idp").create_user_pool(PoolName="staff")["UserPool"]["Id"])

    @cached_property
    def pool_user(self) -> str:
        self.client("cognito-idp").admin_create_user(UserPoolId=self.user_pool, Username="alice")
        return "alice"

    @cached_property
    def pool_group(self) -> str:
        self.client("cognito-idp").create_group(UserPoolId=self.user_pool, GroupName="clerks")
        return "clerks"

    @cached_property
    def logins(self) -> dict[str, str]:
        return self.stage.issuer.login("alice")

    @cached_property
    def identity(self) -> str:
        return self.pool.enter(self.logins)

    @cached_property
    def vouched(self) -> str:
        """The identity of somebody for whom the developer vouches."""
        return str(self.pool.vouch("alice")["IdentityId"])
