def run(helio, env, certs):
    return 0, []
