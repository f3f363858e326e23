"""One TAP service: asks a query, waits and asks again where that may help, else says what the
service said.
"""

import random
import re
import time
import warnings
from urllib.parse import urljoin

import requests
from pyvo.dal import DALAccessError, DALOverflowWarning, DALQueryError, DALServiceError, TAPService
from pyvo.utils.http import create_session

from lynceus.inputs.archives.services import ArchiveError

TRANSIENT_STATUS = {408, 425, 429, 500, 502, 503, 504}
# What services write into QUERY_STATUS=ERROR when the query is sound but they are not.
TRANSIENT_MESSAGE = re.compile(
    r"time[d-]?\s?-?out|temporar|try again|too many|busy|unavailable|overload|connection|deadlock|cancel",
    re.IGNORECASE,
)
LONGEST_WAIT_S = 120
MOST_REDIRECTS = 10


class QueryRefused(ArchiveError):
    """The service answered that it will never run this query."""


class TapClient:
    """Asks one TAP service.

    Parameters
    ----------
    url : str
        TAP base URL.
    tries : int
        How often a query is sent before giving up.
    wait_s : float
        Wait before the second try, in s; doubles with each further one, and varies by half at
        random so that many clients do not come back together.
    timeout_s : float
        Longest silence of the service, in s.
    """

    def __init__(self, url, tries=5, wait_s=2.0, timeout_s=300.0):
        self.url, self.tries, self.wait_s = url, tries, wait_s
        self._service = TAPService(url, session=_session(timeout_s))

    def count(self, query):
        """Return the number a COUNT query yields.

        Raises
        ------
        ArchiveError
            If the service answers without a number at each of the tries.
        """
        for attempt in range(1, self.tries + 1):
            answer, _ = self.ask(query)
            try:
                return int(answer.columns[0][0])
            except (IndexError, ValueError, TypeError):  # no column, no row, no number
                if attempt < self.tries:
                    self.wait(attempt)
        raise ArchiveError(
            f"{self.url} answered a count without a number in {_times(self.tries)}\n  query: {query}"
        )

    def ask(self, query, maxrec=None):
        """Return the rows of a query as an astropy table, and whether the service cut them off.

        Raises
        ------
        QueryRefused
            If the service refuses the query, with its own message.
        ArchiveError
            If the service fails at each of the tries.
        """
        for attempt in range(1, self.tries + 1):
            try:
                with warnings.catch_warnings():
                    # told by the second value instead
                    warnings.simplefilter("ignore", DALOverflowWarning)
                    result = self._service.run_sync(query, maxrec=maxrec)
                return result.to_table(), result.status[0].upper() == "OVERFLOW"
            except (DALAccessError, requests.RequestException) as error:
                if not is_transient(error):
                    raise QueryRefused(
                        f"{self.url} refuses the query: {_message(error)}\n  query: {query}"
                    ) from error
                failure = error
            if attempt < self.tries:
                self.wait(attempt, at_least_s=getattr(failure, "retry_after_seconds", None) or 0)
        raise ArchiveError(
            f"{self.url} did not answer in {_times(self.tries)}: {_message(failure)}\n  query: {query}"
        )

    def wait(self, attempt, at_least_s=0):
        """Sleep before the try after `attempt` (1, 2, ...); a busy service may say for how long at
        least.
        """
        backoff_s = self.wait_s * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)
        time.sleep(min(max(backoff_s, at_least_s), LONGEST_WAIT_S))


def is_transient(error):
    """Tell whether the same query may succeed later: network trouble, a busy server, a broken
    answer.
    """
    if isinstance(error, DALQueryError):
        return bool(TRANSIENT_MESSAGE.search(str(error)))
    if isinstance(error, DALServiceError):
        return not error.code or error.code in TRANSIENT_STATUS
    return True


def _session(timeout_s):
    """Return a session whose every request has a timeout (requests itself would wait for ever), and
    whose queries follow a service that has moved.
    """
    session = create_session()
    send = session.send

    def send_with_timeout(request, **options):
        options["timeout"] = timeout_s
        if request.method != "POST":
            return send(request, **options)
        # requests would ask the new address by GET, without the query
        options["allow_redirects"] = False
        for _ in range(MOST_REDIRECTS):
            response = send(request, **options)
            if not response.is_redirect:
                return response
            request = request.copy()
            request.prepare_url(urljoin(response.url, response.headers["location"]), None)
            if response.status_code == 303:  # the answer lies there
                answer = requests.Request("GET", request.url).prepare()
                return session.send(answer, **options | {"allow_redirects": True})
        raise requests.TooManyRedirects(
            f"more than {MOST_REDIRECTS} redirects, the last to {request.url}"
        )

    session.send = send_with_timeout
    return session


def _message(error):
    text = " ".join(str(error).split()) or type(error).__name__
    code = getattr(error, "code", None)
    return f"HTTP {code}: {text}" if code else text


def _times(tries):
    return "one try" if tries == 1 else f"{tries} tries"
