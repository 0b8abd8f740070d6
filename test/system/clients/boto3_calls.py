"""Makes calls with boto3 and tells what became of each: a JSON document in, a JSON list out.

`calls` are pairs of a method of the client and its arguments. `every` stands for all operations that the client
knows, each with the least that it must be given; members named like a key of `every` get its value.
"""

import json
import sys

import boto3
import botocore.exceptions
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

MIB = 1024 * 1024
# Not for the endpoint of a store: sent to a host of their own, or signed for another service.
ELSEWHERE = {"WriteGetObjectResponse", "ListDirectoryBuckets"}


def outcome(action):
    try:
        answer = action() or {}
    except botocore.exceptions.ClientError as error:
        told = error.response
        return {
            "status": told["ResponseMetadata"]["HTTPStatusCode"],
            "code": told["Error"]["Code"],
        }
    except (Boto3Error, botocore.exceptions.BotoCoreError) as error:
        return {"status": 0, "code": str(error)}
    refused = [one["Code"] for one in answer.get("Errors", [])]
    body = answer.get("Body")
    return {
        "status": answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 200),
        "code": refused[0] if refused else "",
        "keys": [one["Key"] for one in answer.get("Contents", [])],
        "body": body.read().decode() if hasattr(body, "read") else "",
    }


def least(shape, given, name=""):
    if name in given:
        return given[name]
    if shape.type_name == "structure":
        if getattr(shape, "is_tagged_union", False):
            key, member = next(iter(shape.members.items()))
            return {key: least(member, given, key)}
        members = {key: shape.members[key] for key in shape.required_members}
        return {key: least(member, given, key) for key, member in members.items()}
    if shape.type_name == "list":
        return [least(shape.member, given)]
    if shape.type_name == "map":
        return {}
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else "x" * shape.metadata.get("min", 1)
    return {"boolean": False, "timestamp": "2030-01-01", "blob": b"x"}.get(
        shape.type_name, 1
    )


def every(client, given):
    results = []
    for name in client.meta.service_model.operation_names:
        if name in ELSEWHERE:
            continue
        shape = client.meta.service_model.operation_model(name).input_shape
        arguments = {} if shape is None else least(shape, given)
        told = outcome(lambda: client._make_api_call(name, arguments))
        results.append({"operation": name, **told})
    return results


def main():
    wish = json.load(sys.stdin)
    client = boto3.client(
        wish.get("service", "s3"),
        config=Config(
            retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
        ),
        **wish["session"],
    )
    parts = TransferConfig(multipart_threshold=16 * MIB, multipart_chunksize=16 * MIB)
    results = []
    for method, arguments in wish.get("calls", []):
        if method in ("upload_file", "download_file", "copy"):
            arguments = {**arguments, "Config": parts}
        results.append(outcome(lambda: getattr(client, method)(**arguments)))
    if "every" in wish:
        results = every(client, wish["every"])
    json.dump(results, sys.stdout)


main()
