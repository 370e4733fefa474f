"""The page in a case file that says how to check it, in both languages."""

from pathlib import Path

HOW_TO_VERIFY = """\
怎样核验这份案卷文件  (English below)
================================================================
1. 请不要先解压，直接核验原 ZIP 文件。核验不需要联网，也不写任何文件。
2. 向执法机构索取中心公钥的指纹（八组、每组四个字符），或看其公告、笔录上印的指纹。
   指纹不要从本文件里取：换了文件的人也会换掉它。
3. 装有 Python 3.9 以上的电脑：
       python verify.py 案卷.zip --root 指纹
   verify.py 请从可信处取得（机构网站、软件发布页）；包内附的一份只为方便。
   装有 inspector 的电脑：
       inspector verify 案卷.zip --root 指纹
4. 结论（括号内为退出码）：
     核验通过 (0)；公开件，部分内容未附 (12)；日志见证单位不足 (10)；未经中心登记 (11)；
     已被改动 (20)；不完整 (21)；中心身份未核对 (22)；设备停用后 (23)；
     文件格式不对 (30)；版本不识 (31)。
5. 不用本软件也能查一部分：解压后
       sha256sum -c manifest-sha256.txt            (各文件未变)
       sha256sum -c tagmanifest-sha256.txt
       ssh-keygen -Y verify -f allowed_signers -I inspector -n inspector-case \\
           -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt
   manifest-sm3.txt 是各文件的国密 SM3 校验值。
“核验通过”是说：包内的记录和照片自设备签名起未被改动，设备在中心登记过，规则要求的单位见证了中心日志没有改写。
核验不能证明：记录的内容属实；镜头对着的是现场；没有漏记的事；确切的时刻（只有先后界限）。

How to check this case file
================================================================
1. Check the ZIP as it is, without unpacking it. No network is needed and nothing is written.
2. Ask the authority for the fingerprint of the centre's key (eight groups of four characters), or read it on its notices and records.
   Do not take it from this file: whoever changed the file would have changed that too.
3. With Python 3.9 or later:
       python verify.py CASE.zip --root FINGERPRINT --lang en
   Take verify.py from a place that you trust; the one in this file is for convenience.
   Where inspector is installed:
       inspector verify CASE.zip --root FINGERPRINT
4. Verdicts (exit status in brackets):
     verified (0); redacted (12); unwitnessed (10); signed, not at the centre (11);
     tampered (20); incomplete (21); unknown root (22); after revocation (23);
     malformed (30); unsupported (31).
5. Part of it can be checked without our programs, once unpacked:
       sha256sum -c manifest-sha256.txt            (no file was changed)
       sha256sum -c tagmanifest-sha256.txt
       ssh-keygen -Y verify -f allowed_signers -I inspector -n inspector-case \\
           -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt
   manifest-sm3.txt holds the SM3 (GB/T 32905) of every file.
"Verified" says: entries and photos are unchanged since their devices signed them, the devices are enrolled, and as many agencies as
the policy asks for vouch that the log of the centre was not rewritten.
What this does not prove: that what is recorded is true; that the camera was pointed at reality; that nothing was left unrecorded;
the exact moment (only bounds before and after).
"""


def extra_files() -> dict[str, bytes]:
    """What a bag holds for whoever checks it: this page, and the verifier."""
    return {
        "HOW-TO-VERIFY.txt": HOW_TO_VERIFY.encode(),
        "verify.py": Path(__file__).with_name("verify.py").read_bytes(),
    }
