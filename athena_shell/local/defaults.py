"""What a profile for the embedded endpoint says; importing this loads nothing heavy."""

from __future__ import annotations

from typing import Final

from athena_shell.local.lake import RESULT_BUCKET

ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/AthenaShellDemo"
ISSUER: Final = "https://issuer.athena-shell.example"
AUDIENCE: Final = "sts.amazonaws.com"
OUTPUT_LOCATION: Final = f"s3://{RESULT_BUCKET}/"
