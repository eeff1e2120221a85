"""A local Bot API with a page where its chats are read and its buttons pressed.

It stands in for Telegram in the demo and in the tests; nothing here knows the product.
"""
