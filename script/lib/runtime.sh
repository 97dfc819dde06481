# How the .NET runtime is set for the server; deploy/ sets the same. What the environment says already stands.
# shellcheck shell=bash

# 64 MiB are allocated between two collections of the youngest objects, in hexadecimal. Everybody stands still for some 10 ms in each of them, because
# thousands of connections are looked through, so there should be few: docs/operations/capacity.md has the figures.
export DOTNET_GCgen0size=${DOTNET_GCgen0size:-0x4000000}
