"""Asks openbadgeslib what it says of our certificates: OB3LdpVerifier of JSON, OB3Verifier of JWTs, both with their status lists; baked badges too.

    python verify.py FOLDER                       all cases of FOLDER/cases.json
    python verify.py FOLDER FILE [ADDRESSES]      says of one file: good, revoked, suspended or refused, and why
    python verify.py --bank URL FILE              the same, while the bank on URL answers for its own public address

Nothing but a bank on loopback is ever asked over a network. README.md says what stands in a folder.
"""

import json
import os
import pathlib
import sys
import urllib.parse
import urllib.request

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Verifier, check_credential_status

LOOPBACK = ('127.0.0.1', 'localhost', '::1')


def folder_download(folder, addresses):
    """What a folder's addresses.json answers; of a status list the JWT, the one form that openbadgeslib verifies."""
    known = json.loads((folder / addresses).read_text(encoding='utf-8'))

    def download(address, *_, **__):
        files = known.get(address)
        if files is None:
            raise OSError(f'nobody answers at {address}')
        return (folder / files.get('jwt', files['json'])).read_bytes()

    return download


def bank_download(bank):
    """What a bank on loopback answers, whatever its public name is."""
    if urllib.parse.urlsplit(bank).hostname not in LOOPBACK:
        sys.exit('only a bank on loopback is asked')

    def download(address, *_, **__):
        url = urllib.parse.urljoin(bank, urllib.parse.urlsplit(address).path)
        request = urllib.request.Request(url, headers={'Accept': 'application/vc+jwt, application/did+json;q=0.9'})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            return answer.read()

    return download


def issuer_of(token):
    """Whom a JWT names as its issuer, before anything is verified; verifying then holds it to that."""
    return OB3Verifier._decode_unverified(token).get('iss') or ''


def verify(text, download, status=True):
    """What openbadgeslib says, and why."""
    try:
        if text.lstrip().startswith('{'):
            issuer = (json.loads(text).get('issuer') or {}).get('id', '')
            credential = OB3LdpVerifier.for_issuer_did(issuer).verify(text, download=download)
        else:
            token = text.strip()
            credential = OB3Verifier.for_issuer_did(issuer_of(token), download=download).verify(token, download=download)
        if status:
            # Asked by itself, so that a list is verified by the key that it names, and not by the one that signed the certificate.
            check_credential_status(credential, download=download, verify_list=True)
            if len(credential.credential_status) != 2:
                return 'refused', 'not both lists were asked'
    except (LibOpenBadgesException, ValueError, AttributeError, TypeError) as error:
        for purpose, word in (('revocation', 'revoked'), ('suspension', 'suspended')):
            if str(error).startswith(f"Credential status '{purpose}' is set"):
                return word, str(error)
        return 'refused', f'{type(error).__name__}: {error}'
    return 'good', ''


def read(path):
    """A certificate; of a picture what is baked into it, as openbadgeslib takes it out."""
    if path.suffix == '.png':
        return OB3Verifier.extract_token_from_png(path.read_bytes())
    if path.suffix == '.svg':
        return OB3Verifier.extract_token_from_svg(path.read_bytes())
    return path.read_text(encoding='utf-8')


def run_all(folder):
    passed = failed = 0
    known = json.loads((folder / 'cases.json').read_text(encoding='utf-8'))
    for case in known['cases'] + known.get('baked', []):
        text = read(folder / case['file'])
        said, why = verify(text, folder_download(folder, case['addresses']), case.get('status', True))
        is_so = said == case['expect']
        passed, failed = passed + is_so, failed + (not is_so)
        if not is_so or os.environ.get('VERBOSE'):
            print(f"{'ok    ' if is_so else 'WRONG '} {case['file']} ({case['addresses']}): expected {case['expect']}, said {said} {why}")
    print(f'{passed} passed, {failed} failed')
    return failed == 0 and passed > 0


def main():
    words = sys.argv[1:]
    if not words or (words[0] == '--bank' and len(words) != 3):
        print(__doc__)
        return 2
    if words[0] == '--bank':
        text, download = read(pathlib.Path(words[2])), bank_download(words[1])
    else:
        folder = pathlib.Path(words[0])
        if len(words) == 1:
            return 0 if run_all(folder) else 1
        text = read(folder / words[1])
        download = folder_download(folder, words[2] if len(words) > 2 else 'addresses.json')
    # The lists of a did:key's certificate are the agency's, not the key's.
    said, why = verify(text, download, '"did:key:' not in text)
    print(f'{said} {why}'.strip())
    return 0 if said == 'good' else 1


if __name__ == '__main__':
    sys.exit(main())
