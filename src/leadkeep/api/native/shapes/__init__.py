"""Requests and answers as they stand on the wire, a module for each resource.

The OpenAPI document is made from these very structs.
"""
