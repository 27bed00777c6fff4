#!/usr/bin/env bash
# Ask Yunshan with curl: questions from files, by GET and POST, by their hash, and only for what is new.
#
#   ./ask.sh [URL]
set -euo pipefail
url=${1:-${YUNSHAN_URL:-http://127.0.0.1:8000/graphql}}
cd "$(dirname "${BASH_SOURCE[0]}")"

ask() { curl --silent --show-error --header 'Accept: application/graphql-response+json' "$@" "$url"; }

echo "# What has Baiyun been awarded itself?"
ask --get --data-urlencode query@awards.graphql
echo

echo "# One figure, its id in a variable"
ask --get --data-urlencode query@figure.graphql \
  --data-urlencode 'variables={"id": "Metric:baiyun/digital-enterprise-revenue"}'
echo

echo "# Percentages above 80, and what there is about the hotline"
ask --get --data-urlencode query@percentages.graphql
echo

echo "# The same by its hash, once the server has seen both"
hash=$(sha256sum awards.graphql)
named="documentId=sha256:${hash%% *}"
ask --get --data-urlencode query@awards.graphql --data-urlencode "$named" --output /dev/null
ask --get --data-urlencode "$named"
echo

echo "# And only if it has changed since"
etag=$(ask --get --data-urlencode "$named" --output /dev/null --write-out '%header{etag}')
ask --get --data-urlencode "$named" --header "If-None-Match: $etag" --write-out '%{http_code}\n'

echo "# A question that is refused"
ask --header 'Content-Type: application/json' --write-out '\n%{http_code}\n' \
  --data '{"query": "{ metrics(first: 1000) { totalCount } }"}'
