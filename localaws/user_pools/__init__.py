"""Amazon Cognito user pools: their people and groups, as administrators see them. Nobody signs in here."""
