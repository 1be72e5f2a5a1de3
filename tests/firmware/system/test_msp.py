from firmware.system.msp import Msp
from hal.dsp import Status


class OneChannel:
    channels = 1

    def status(self, channel):
        return Status(-20.0, -18.5, 12.0, 30.0, 400, 2)


def test_the_canceller_is_type_2_until_configured_otherwise():
    msp = Msp()
    assert (msp.ec_type, msp.tail_ms) == (2, 128)
    msp.configure("", {"ec-type": 1, "tail": 64}, ["ec-type", "tail"], 0)
    assert (msp.ec_type, msp.tail_ms) == (1, 64)
    msp.configure("", {}, ["ec-type", "tail"], 0)
    assert (msp.ec_type, msp.tail_ms) == (2, 128)


def test_ec_type_is_a_number_from_0_to_2_as_article_31_says():
    option = Msp.schemas[""][0]
    assert option.name == "ec-type"
    assert [option.read(text) for text in ("0", "1", "2")] == [0, 1, 2]
    for wrong in ("3", "-1", "two"):
        try:
            option.read(wrong)
        except ValueError as error:
            assert "from 0 to 2" in str(error)
        else:
            raise AssertionError(wrong)


def test_xml_info_tells_settings_and_channels():
    reply, effects = Msp(OneChannel()).command("", ["xml-info"], 0)
    assert reply == ('<info ec-type="2" tail="128"><ch id="0" in="-20.0" out="-18.5" erl="12.0" erle="30.0" '
                     'played="400" missing="2"/></info>\r\n')
    assert effects == []


def test_status_says_it_in_words_and_works_without_a_chip():
    assert Msp().command("", ["status"], 0)[0] == "echo canceller 2 (default), tail 128 ms\r\n"
    assert "400 played, 2 missing" in Msp(OneChannel()).command("", ["status"], 0)[0]
    assert Msp().command("", ["what"], 0) == (None, [])
    assert Msp().command("REG1", ["status"], 0) == (None, [])
