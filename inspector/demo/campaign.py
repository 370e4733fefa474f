"""What the made-up county's campaign consists of besides visits: its list of responsibilities, and what it held and printed."""

from datetime import date, timedelta
from typing import Any

from inspector.services import activities, tasks
from inspector.store.workspace import Store

# group, task, lead unit, cooperating units, person, stage, days from today until it is due (None: 长期), state, note
_TASKS = (
    ("组织领导", "召开双减工作联席会议，部署寒假治理", "样例县教体局", "样例县市监局、样例县公安局", "样例甲", "动员部署", -20, "done",
     "已召开，印发纪要"),
    ("校外治理", "培训机构夜间、节假日联合巡查全覆盖", "样例县教体局", "样例县市监局、样例县公安局", "样例组长", "集中治理", 45,
     "doing", "已巡查两轮"),
    ("校外治理", "面向中小学生的户外培训广告清零", "样例县城管局", "样例县市监局", "样例丁", "集中治理", -3, "doing", "还有3处未拆"),
    ("校外治理", "预收费全额纳入监管", "样例县教体局", "样例县市监局", "样例甲", "集中治理", 30, "", ""),
    ("校内提质", "义务教育学校作业公示、课后服务全覆盖督导", "样例县教体局", "", "样例戊", "巩固提升", 60, "", ""),
    ("宣传引导", "致家长一封信、问卷和政策宣传", "样例县委宣传部", "样例县教体局", "", "巩固提升", None, "doing", "已发第一批"),
)  # fmt: skip
# kind, title, topic, organiser, days before today, counts
_ACTIVITIES: tuple[tuple[str, str, str, str, int, dict[str, Any]], ...] = (
    ("meeting", "双减工作联席会议", "寒假治理", "样例县教体局", 20, {"sessions": 1, "people": 26}),
    ("training", "联合执法人员业务培训", "取证与文书", "样例县教体局", 15, {"sessions": 2, "people": 88}),
    (
        "publicity",
        "政策宣传进社区",
        "理性看待培训",
        "样例县委宣传部",
        12,
        {"sessions": 6, "people": 900, "copies": 5_000},
    ),
    ("questionnaire", "家长满意度问卷", "课后服务", "样例县教体局", 8, {"copies": 3_200}),
    ("briefing", "双减工作简报", "", "样例县教体局", 5, {"issues": 3, "copies": 150}),
)


def make_campaign(store: Store) -> None:
    """Record the list and the activities, all of them invented, around today."""
    today = date.fromisoformat(store.today())
    for group, task, lead, partners, person, stage, days, state, note in _TASKS:
        made = tasks.add_task(
            store, task=task, group=group, lead=lead, partners=partners, person=person, stage=stage, basis="样例县实施方案",
            due="长期坚持" if days is None else (today + timedelta(days=days)).isoformat(),
        )  # fmt: skip
        if state:
            tasks.progress(store, made.id, state=state, note=note)
    for kind, title, topic, organiser, days, counts in _ACTIVITIES:
        day = (today - timedelta(days=days)).isoformat()
        activities.add_activity(
            store, kind=kind, title=title, topic=topic, organiser=organiser, day=day, **counts
        )
