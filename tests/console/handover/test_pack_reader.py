"""Packs as pages keep them: while others are read from Kafka, too."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from console.handover.pack_reader import PackReader
from desk.records import DeskRecords
from desk.state import Handover
from models.errors import Unproved
from models.instants import Micros

AN_OFFER = Handover("0" * 32, "proxy:anna", Micros(1), 0, -1, Micros(0), "d" * 64, "proxy:bert")


def test_a_page_keeps_its_pack_while_another_one_is_read_from_kafka() -> None:
    reads, may_read = threading.Event(), threading.Event()

    def read() -> DeskRecords:
        reads.set()
        may_read.wait(20)
        return DeskRecords()

    packs = PackReader(read)
    with ThreadPoolExecutor(1) as reading:
        asked = reading.submit(packs.of, AN_OFFER)
        assert reads.wait(20)
        assert packs.keep(b"meanwhile")
        assert not asked.done()
        may_read.set()
        with pytest.raises(Unproved):
            asked.result(20)
